import { SignJWT } from 'jose';

/** `iss` and `aud` of tokens of a development system. */
export const developmentTokens = { issuer: 'broadsheet-development', audience: 'broadsheet' } as const;

/** A reader's token, signed with the shared secret (HS256). */
export const readerToken = (subject: string, secret: string, lifetime = '30d'): Promise<string> =>
  new SignJWT()
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(subject)
    .setIssuer(developmentTokens.issuer)
    .setAudience(developmentTokens.audience)
    .setIssuedAt()
    .setExpirationTime(lifetime)
    .sign(new TextEncoder().encode(secret));
