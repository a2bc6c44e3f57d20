import { escapeHtml, type Page, withNonce } from './html.js';
import { pageScript } from './script.js';
import { pageStyle } from './style.js';

export interface DemoReader {
  readonly name: string;
  readonly token: string;
}

export interface FrontPageFacts {
  /** Readers of this run are programs, and the page says so. */
  readonly simulated: boolean;
  /** Tokens that a development run hands to anyone on this machine. */
  readonly demo: readonly DemoReader[];
}

/** JSON inside a script element: `<` is escaped, so that no text in it can end the element. */
const inlineJson = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');

const notice = `<p class="note" role="note"><strong>Development run.</strong> Votes and reads here may come from simulated readers: programs, not people. Do not take the numbers for opinions.</p>`;

const demoButtons = (demo: readonly DemoReader[]): string =>
  demo.map(({ name }, index) => `<button type="button" data-demo="${index}">Read as ${escapeHtml(name)}</button>`).join('');

/** The front page: trending for everyone, for-you with reasons and buttons for whoever brings a token. */
export const frontPage = ({ simulated, demo }: FrontPageFacts): Page =>
  withNonce(
    (nonce) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Broadsheet: the front page for research papers</title>
<meta name="description" content="Research papers, ranked by what readers do, with the reason for every paper.">
<link rel="icon" href="data:,">
<style nonce="${nonce}">${pageStyle}</style>
</head>
<body>
<a class="skip" href="#papers">Skip to the papers</a>
<header>
<h1>Broadsheet</h1>
<p>The front page for research papers, ranked by what readers do. Every paper says why it is there.</p>
</header>
<main>
${simulated ? notice : ''}
<form id="sign-in" class="token" autocomplete="off">
<label for="token">Reader token <input id="token" type="password" placeholder="eyJ…" spellcheck="false"></label>
<button type="submit">Use token</button>${demoButtons(demo)}
</form>
<p class="meta" id="who">You read without a token.</p>
<div class="bar" role="group" aria-label="Feed">
<button type="button" data-feed="trending" aria-pressed="true">Trending</button>
<button type="button" data-feed="latest" aria-pressed="false">Latest</button>
<button type="button" data-feed="for-you" aria-pressed="false" disabled>For you</button>
<label for="period">Votes of the <select id="period"><option value="day">day</option><option value="week">week</option><option value="month">month</option><option value="all">whole time</option></select></label>
</div>
<p id="status" role="status" aria-live="polite" tabindex="-1"></p>
<ol id="papers" tabindex="-1" aria-label="Papers"></ol>
<p><button type="button" id="more" hidden>More</button></p>
<noscript><p>The list needs JavaScript; <a href="/v1/feeds/trending">the same as JSON</a> does not.</p></noscript>
</main>
<footer><p><a href="/docs">API</a> · <a href="/openapi.json">OpenAPI</a> · <a href="/docs/errors">Errors</a> · works with <code>hf papers ls</code> too: set <code>HF_ENDPOINT</code> to this address.</p></footer>
<script type="application/json" id="settings" nonce="${nonce}">${inlineJson({ demo })}</script>
<script nonce="${nonce}">${pageScript}</script>
</body>
</html>
`,
  );
