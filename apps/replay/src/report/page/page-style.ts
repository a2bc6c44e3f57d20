import { darkPalette, darkStyle, palette, type Colour } from '../draw/palette.js';

const variables = (colours: Readonly<Record<Colour, string>>): string =>
  Object.entries(colours)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';');

/** Style of the report: the front page's type and colours, light or dark by the reader's setting, plain on paper. No script, no font or file from elsewhere. */
export const pageStyle = `
:root{color-scheme:light dark;${variables(palette)}}
@media screen and (prefers-color-scheme:dark){:root{${variables(darkPalette)}}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 Georgia,'Times New Roman','Liberation Serif',serif}
main,header,footer{max-width:60rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2rem}
.name{font:700 .8rem/1 Helvetica,Arial,'Liberation Sans',sans-serif;letter-spacing:.12em;text-transform:uppercase;margin:0 0 .6rem}
h1{font-weight:700;font-size:2.3rem;line-height:1.15;margin:0 0 .5rem;text-wrap:balance}
.lead{font-size:1.15rem;margin:0;color:var(--soft)}
.dateline{border-top:1px solid var(--ink);border-bottom:3px double var(--ink);margin-top:1.1rem;padding:.45rem 0}
.dateline,nav,figcaption,table,.files,footer,dl{font-family:Helvetica,Arial,'Liberation Sans',sans-serif;font-size:.86rem}
nav ul{display:flex;flex-wrap:wrap;gap:.3rem 1.4rem;list-style:none;margin:.8rem 0 0;padding:0}
a{color:inherit;text-underline-offset:.15em}
a:focus-visible,summary:focus-visible{outline:3px solid var(--a);outline-offset:2px}
.skip{position:absolute;left:-999px}.skip:focus{left:1rem;top:.5rem;background:var(--ground);padding:.4rem .8rem}
h2{font-size:1.55rem;line-height:1.2;margin:2.6rem 0 0;padding-top:.5rem;border-top:3px solid var(--ink)}
figure{margin:1.4rem 0 2.4rem}
.kicker{font:700 .78rem/1.2 Helvetica,Arial,'Liberation Sans',sans-serif;letter-spacing:.04em;color:var(--a);margin:0 0 .3rem}
h3{font-family:Georgia,'Times New Roman','Liberation Serif',serif;font-size:1.35rem;line-height:1.25;margin:0 0 .35rem;text-wrap:pretty;overflow-wrap:anywhere}
figcaption p{margin:0 0 .8rem;color:var(--soft);max-width:52rem}
.scroll{overflow-x:auto}
svg.plot{display:block;width:100%;min-width:860px;height:auto}
.empty{border:1px dashed var(--soft);padding:1.2rem;color:var(--soft);font-style:italic;margin:0}
.files{margin:.3rem 0 0;color:var(--soft)}
details{margin-top:.3rem}
summary{cursor:pointer;font-family:Helvetica,Arial,'Liberation Sans',sans-serif;font-size:.86rem}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:700;font-size:.95rem;padding:1.2rem 0 .4rem;color:var(--ink)}
th,td{text-align:left;overflow-wrap:anywhere;vertical-align:top;border-bottom:1px solid var(--grid);padding:.35rem .8rem .35rem 0}
thead th{border-bottom:1.5px solid var(--ink);vertical-align:bottom;color:var(--soft);font-weight:400}
tbody th{font-weight:400}
td.n,th.n{text-align:right;white-space:nowrap}
td.n+td,th.n+th,td.n+td.n{padding-left:1rem}
td:last-child,th:last-child{padding-right:0}
.clear{font-weight:700}
.when{display:inline-block}
.notes{color:var(--soft);font-size:.9rem;padding-left:1.1rem;margin:1.2rem 0 0}
.note{color:var(--soft);margin:.4rem 0 0;font-size:.9rem}
.hash{font-family:'Liberation Mono',Menlo,Consolas,monospace;font-size:.78rem;overflow-wrap:anywhere}
footer{color:var(--soft);border-top:1px solid var(--ink);margin-top:3rem;padding-top:.6rem;padding-bottom:3rem}
${darkStyle('svg.plot')}
@media print{
@page{margin:14mm}
body{background:#fff;font-size:10.5pt}
main,header,footer{max-width:none;padding:0}
nav,.skip,.files,figure details{display:none}
figure,table{break-inside:avoid}h2,h3,figcaption,caption{break-after:avoid}
svg.plot{min-width:0}
}
`;
