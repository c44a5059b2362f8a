import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

const read = (name: string) => readFileSync(new URL(`../../../monitoring/${name}`, import.meta.url), 'utf8');

/** A rule of alerts.yml. */
export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
}

/** The alerts of monitoring/alerts.yml. */
export function alerts(): Alert[] {
  const { groups } = parse(read('alerts.yml')) as { groups: { rules: Alert[] }[] };
  return groups.flatMap(({ rules }) => rules);
}

/** Names of the alerts that alerts_test.yml sees fire. */
export function alertsSeenFiring(): Set<string> {
  interface Case {
    readonly alertname: string;
    readonly exp_alerts?: readonly unknown[];
  }
  const { tests } = parse(read('alerts_test.yml')) as { tests: { alert_rule_test: Case[] }[] };
  const cases = tests.flatMap(({ alert_rule_test }) => alert_rule_test);
  return new Set(cases.filter(({ exp_alerts }) => exp_alerts?.length).map(({ alertname }) => alertname));
}

/** A panel of the dashboard. */
export interface Panel {
  readonly title: string;
  readonly type: string;
  readonly datasource?: { readonly uid: string };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string }[];
}

/** The panels of the Grafana dashboard. */
export function panels(): Panel[] {
  return (JSON.parse(read('grafana/dashboards/dialtone.json')) as { panels: Panel[] }).panels;
}

/** Every query of alerts and dashboard, with Grafana's variables filled in as Grafana does. */
export function queries(): string[] {
  const shown = panels().flatMap(({ targets }) => targets?.map(({ expr }) => expr) ?? []);
  const filled = shown.map((expr) => expr.replaceAll('$instance', '.*').replaceAll('$__rate_interval', '1m'));
  return [...alerts().map(({ expr }) => expr), ...filled];
}

/** Names of the metrics in a query. */
export function metricsIn(query: string): string[] {
  return query.match(/\b(?:dialtone|nodejs|process)_[a-z0-9_]+/g) ?? [];
}
