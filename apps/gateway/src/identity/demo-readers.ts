import { SignJWT } from 'jose';
import type { DemoReader } from '../page/front-page.js';

export interface DemoTokenSettings {
  readonly sharedSecret: string;
  readonly issuer: string;
  readonly audience: string;
}

/** A reader's token under the development key. Only a process that binds to loopback ever makes one. */
export const demoToken = ({ sharedSecret, issuer, audience }: DemoTokenSettings, subject: string, lifetime: string): Promise<string> =>
  new SignJWT()
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(subject)
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime(lifetime)
    .sign(new TextEncoder().encode(sharedSecret));

/** The two readers that `npm start` prints tokens of, so that the page and the shell show the same people. */
export const demoReaders = async (settings: DemoTokenSettings): Promise<readonly DemoReader[]> =>
  Promise.all(['demo-reader-1', 'demo-reader-2'].map(async (name) => ({ name, token: await demoToken(settings, name, '12h') })));
