import { randomBytes } from 'node:crypto';

/** A page and the Content-Security-Policy that lets through this page's own style and script and nothing else. */
export interface Page {
  readonly html: string;
  readonly policy: string;
}

export const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[sign] ?? sign);

/** A nonce a page sent, so that no text which slips into the page can be run. */
export const withNonce = (write: (nonce: string) => string): Page => {
  const nonce = randomBytes(16).toString('base64');
  return {
    html: write(nonce),
    policy: `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  };
};
