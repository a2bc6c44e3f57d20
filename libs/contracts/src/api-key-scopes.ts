/**
 * What an API key is for. `publish`: add and withdraw its own papers. `interactions`: send events for its readers, with trust `client`. `models`: give models their parts, on the admin
 * port of rankers. `admin`: all of it, of anyone.
 */
export const apiKeyScopes = ['publish', 'interactions', 'models', 'admin'] as const;
export type ApiKeyScope = (typeof apiKeyScopes)[number];

/** How keys begin, so that one is told from a JWT at a glance, by us and by scanners for leaked secrets. */
export const isApiKey = (text: string): boolean => /^bsk?_[A-Za-z0-9_-]{8,200}$/.test(text);

/** True when one of the key's scopes, or `admin`, covers what is asked. */
export const hasScope = (key: { readonly scopes: readonly string[] }, scope: ApiKeyScope): boolean =>
  key.scopes.includes(scope) || key.scopes.includes('admin');
