/**
 * The keys of a development run. They are in the open, so the configuration accepts them only together with BROADSHEET_DEV, which
 * binds to loopback alone.
 */
export const developmentSecret = (use: 'tokens' | 'readers' | 'cursors'): string => `broadsheet-development-only-${use}-not-a-secret`;

/** 127.0.0.0/8, ::1 and the name that always means them. */
export const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
