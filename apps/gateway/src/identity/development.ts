/**
 * The keys of a development run. They are in the open, so the configuration accepts them only together with BROADSHEET_DEV, which
 * binds to loopback alone.
 */
export const developmentSecret = (use: 'tokens' | 'readers' | 'cursors'): string => `broadsheet-development-only-${use}-not-a-secret`;

/** 127.0.0.0/8, ::1 and the name that always means them. */
export const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

/**
 * True for a Host header that means this machine: a name as `isLoopback` has it, `[::1]`, and any port. A page of the open web can point
 * its own name at 127.0.0.1 (DNS rebinding) and would be let in by the address; its browser still says the name here.
 */
export const isLoopbackHost = (header: string | undefined): boolean => {
  const match = /^(?:\[([0-9a-f:]+)\]|([^:[\]]+))(?::\d{1,5})?$/i.exec(header ?? '');
  return isLoopback((match?.[1] ?? match?.[2] ?? '').toLowerCase());
};
