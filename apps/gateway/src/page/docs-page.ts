import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { problemCatalogue } from '../errors/catalogue.js';
import { errorTexts } from '../errors/texts.js';
import { escapeHtml, type Page, withNonce } from './html.js';
import { pageStyle } from './style.js';

export interface Asset {
  readonly type: string;
  readonly body: Buffer;
}

const assetTypes: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
};

const initializer = `window.onload=()=>{window.ui=SwaggerUIBundle({url:'/openapi.json',dom_id:'#ui',deepLinking:true,validatorUrl:null})};`;

/** The files of Swagger UI that /docs needs, by name, read once. Nothing else of the package can be asked for. */
export const docsAssets = (): ReadonlyMap<string, Asset> => {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const files = Object.entries(assetTypes).map(([name, type]) => [name, { type, body: readFileSync(join(folder, name)) }] as const);
  return new Map([...files, ['initializer.js', { type: 'text/javascript; charset=utf-8', body: Buffer.from(initializer) }]]);
};

/** Swagger UI sets styles on elements and draws icons from data: URLs; its scripts are ours to serve, so no nonce is needed. */
export const docsPage: Page = {
  policy: `default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  html: `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Broadsheet API</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/docs/assets/swagger-ui.css"></head><body><div id="ui"></div><script src="/docs/assets/swagger-ui-bundle.js"></script><script src="/docs/assets/initializer.js"></script></body></html>`,
};

const anchorOf = (code: string): string => code.toLowerCase().replaceAll('_', '-');

/** What the `type` of every problem points at. */
export const errorsPage = (): Page =>
  withNonce((nonce) => {
    const rows = Object.entries(problemCatalogue).map(
      ([code, { status, title }]) =>
        `<tr id="${anchorOf(code)}"><td><code>${code}</code></td><td>${status}</td><td>${escapeHtml(title)}. ${escapeHtml(errorTexts[code as keyof typeof errorTexts])}</td></tr>`,
    );
    return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Broadsheet errors</title><link rel="icon" href="data:,"><style nonce="${nonce}">${pageStyle}</style></head><body><header><h1>Errors</h1><p>Every problem the API answers. Codes are stable.</p></header><main><table><thead><tr><th>Code</th><th>Status</th><th>Meaning</th></tr></thead><tbody>${rows.join('')}</tbody></table></main></body></html>`;
  });
