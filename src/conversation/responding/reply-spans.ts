/** What a span of a reply is, which is not to be spoken. */
type SpanKind =
  /** What the model thinks before it answers. */
  | 'reasoning'
  /** A function call that the model wrote as text. */
  | 'call'
  /** A mark of the model's prompt format, which stands alone. */
  | 'mark';

/** How a span begins and ends. Texts are lower case; a comparison ignores case. */
export interface SpanForm {
  readonly kind: SpanKind;
  /** The span begins with this text. */
  readonly open: string;
  /** With `tag`, `open` is the beginning of a tag: attributes and ">" follow. */
  readonly isTag?: true;
  /** The span ends behind the first of these; without any it ends where it begins. */
  readonly close: readonly string[];
  /** A close without an open: everything before it was of this kind (the open stood in the prompt). */
  readonly closesAlone?: true;
}

const REASONING_TAGS = [
  'think',
  'thinking',
  'thought',
  'thoughts',
  'reasoning',
  'reflection',
  'analysis',
  'scratchpad',
];

const tag = (kind: SpanKind, name: string, more: Partial<SpanForm> = {}): SpanForm => ({
  kind,
  open: `<${name}`,
  isTag: true,
  close: [`</${name}>`],
  ...more,
});

/**
 * The forms in which models write reasoning and calls into their text: tags of DeepSeek, Qwen, Kimi (◁think▷), Magistral
 * ([THINK]), Command (<|START_THINKING|>), Seed, gpt-oss (<|channel|>analysis), and calls as Hermes, Llama, Mistral, Qwen
 * and Claude write them.
 */
export const SPAN_FORMS: readonly SpanForm[] = [
  ...REASONING_TAGS.map((name) => tag('reasoning', name, name.startsWith('think') ? { closesAlone: true } : {})),
  tag('reasoning', 'seed:think', { closesAlone: true }),
  { kind: 'reasoning', open: '◁think▷', close: ['◁/think▷'], closesAlone: true },
  { kind: 'reasoning', open: '[think]', close: ['[/think]'], closesAlone: true },
  { kind: 'reasoning', open: '<|start_thinking|>', close: ['<|end_thinking|>'] },
  { kind: 'reasoning', open: '<|begin_of_thought|>', close: ['<|end_of_thought|>'] },
  { kind: 'reasoning', open: '<|channel|>analysis', close: ['<|channel|>final<|message|>', '<|end|>'] },
  { kind: 'mark', open: '<|start|>assistant', close: [] },
  { kind: 'mark', open: '<|channel|>final<|message|>', close: [] },
  { kind: 'mark', open: '<|begin_of_solution|>', close: [] },
  { kind: 'mark', open: '<|end_of_solution|>', close: [] },
  { kind: 'mark', open: '<|start_response|>', close: [] },
  { kind: 'mark', open: '<|end_response|>', close: [] },
  { kind: 'mark', open: '<|im_end|>', close: [] },
  { kind: 'mark', open: '<|eot_id|>', close: [] },
  { kind: 'mark', open: '<|return|>', close: [] },
  { kind: 'mark', open: '<|end|>', close: [] },
  tag('call', 'tool_call'),
  tag('call', 'tool_calls'),
  tag('call', 'function_call'),
  tag('call', 'function_calls'),
  tag('call', 'invoke'),
  { kind: 'call', open: '<function=', close: ['</function>'] },
  { kind: 'call', open: '<function(', close: ['</function>'] },
  { kind: 'call', open: '<|tool_call|>', close: ['<|/tool_call|>', '</|tool_call|>', '<|tool_call_end|>'] },
  { kind: 'call', open: '<|tool_call_begin|>', close: ['<|tool_call_end|>'] },
  { kind: 'call', open: '<|python_tag|>', close: ['<|eom_id|>', '<|eot_id|>'] },
  { kind: 'call', open: '<｜tool▁calls▁begin｜>', close: ['<｜tool▁calls▁end｜>'] },
  { kind: 'call', open: '[tool_calls]', close: ['[/tool_calls]'] },
  { kind: 'call', open: '[tool_call]', close: ['[/tool_call]'] },
];
