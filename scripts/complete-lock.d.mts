export interface LockEntry {
  readonly version?: string;
  readonly optional?: boolean;
  readonly dev?: boolean;
  readonly os?: string[];
  readonly cpu?: string[];
  readonly libc?: string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
export declare const platformOf: (name: string) => Pick<LockEntry, 'os' | 'cpu' | 'libc'>;
export declare const leftOut: (packages: Readonly<Record<string, LockEntry>>) => Record<string, LockEntry>;
