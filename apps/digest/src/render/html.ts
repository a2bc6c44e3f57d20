import type { Digest, DigestPaper } from '../digest.js';
import { countsOf, spanOf } from './text.js';

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (letter) => entities[letter]!);

/** Contrast of each text at least 7 to 1 on its ground, by day and by night. */
const style = `:root{color-scheme:light dark}body{margin:0;background:#fff;color:#1a1a1a;font:16px/1.5 Georgia,'Times New Roman',serif}
main{max-width:42rem;margin:0 auto;padding:1.5rem 1rem}h1{font-size:1.6rem;line-height:1.2;margin:0}h2{font-size:1.1rem;line-height:1.3;margin:0}
p{margin:.25rem 0}.small{color:#454545;font:.875rem/1.4 system-ui,sans-serif}a{color:#003d99}ol{padding-left:2rem;margin:1.5rem 0}li{margin:0 0 1.25rem}
@media(prefers-color-scheme:dark){body{background:#121212;color:#ededed}.small{color:#bdbdbd}a{color:#9cc2ff}}`;

const paperHtml = (paper: DigestPaper): string => {
  const line = (text: string): string => (text === '' ? '' : `<p class="small">${text}</p>`);
  const code = paper.code === null ? '' : ` · <a href="${escaped(paper.code)}">code</a>`;
  return `<li>
<h2><a href="${escaped(paper.url)}">${escaped(paper.title)}</a></h2>
${line(escaped([paper.authors, paper.organization].filter(Boolean).join(' · ')))}
${paper.abstract === '' ? '' : `<p>${escaped(paper.abstract)}</p>`}
${line(escaped([countsOf(paper), paper.reason].filter(Boolean).join(' · ')) + code)}
</li>`;
};

/** One page that asks nobody for anything: no script, no picture, light or dark by the reader's setting. Also the HTML part of the mail. */
export const digestHtml = (digest: Digest): string => {
  const { site, title, papers } = digest;
  const list = papers.length === 0 ? '<p>No paper.</p>' : `<ol>\n${papers.map(paperHtml).join('\n')}\n</ol>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(`${site.name}: ${title}`)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
<p class="small">${escaped(spanOf(digest))}</p>
${list}
<p class="small"><a href="${escaped(site.url)}">${escaped(site.name)}</a></p>
</main>
</body>
</html>
`;
};
