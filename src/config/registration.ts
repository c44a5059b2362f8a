/** What is remembered of a device that asked where to dial. Secrets are hashes. */
export interface Registration {
  readonly protocol: string;
  /** As `canonicalId` writes it. */
  readonly id: string;
  /** Its name, where its owner has let it in without an entry of devices.json; null: it has an entry. */
  readonly name: string | null;
  /** Of the second id that it says, which no other device can know; null: it says none. */
  readonly client: string | null;
  /** Newest first. */
  readonly tokens: readonly string[];
}

/** Where registrations survive a restart. */
export interface RegistrationKeeping {
  /** Those of before. */
  readonly kept: readonly Registration[];
  /** Something has changed. @param all gives what there is when it is written */
  readonly changed: (all: () => readonly Registration[]) => void;
}
