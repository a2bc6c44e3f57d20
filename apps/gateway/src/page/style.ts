/** Styles of the pages: one column, system fonts, light and dark by the reader's own setting, contrast of at least 4.5 to 1. */
export const pageStyle = `
:root{color-scheme:light dark;--ink:#1b1b18;--soft:#5a5a52;--line:#dcdbd2;--paper:#fbfaf5;--card:#fff;--accent:#8a2b12;--on:#fff;--note:#fff3cd;--note-ink:#4d3b00}
@media (prefers-color-scheme:dark){:root{--ink:#eceae0;--soft:#a9a698;--line:#3a3932;--paper:#171611;--card:#201f19;--accent:#f0a488;--on:#1b1b18;--note:#3d3417;--note-ink:#f3e3b0}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main,header,footer{max-width:46rem;margin:0 auto;padding:0 1rem}
header{padding-top:1.5rem;border-bottom:3px double var(--ink)}
h1{font:700 2.2rem/1.1 Georgia,'Times New Roman',serif;margin:0}
h1+p{margin:.3rem 0 .8rem;color:var(--soft)}
h2{font:700 1.15rem/1.3 Georgia,'Times New Roman',serif;margin:0 0 .2rem}
a{color:inherit}
a:focus-visible,button:focus-visible,input:focus-visible,select:focus-visible,summary:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.skip{position:absolute;left:-999px}.skip:focus{left:1rem;top:.5rem;background:var(--card);padding:.4rem .8rem}
.note{background:var(--note);color:var(--note-ink);padding:.6rem .9rem;margin:1rem 0;border-radius:.4rem}
.bar{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;margin:1rem 0}
button,select,input{font:inherit;color:inherit;background:var(--card);border:1px solid var(--soft);border-radius:.4rem;padding:.35rem .7rem;min-height:2.4rem}
button{cursor:pointer}button:disabled{opacity:.5;cursor:default}
button[aria-pressed=true]{background:var(--accent);border-color:var(--accent);color:var(--on)}
ol{list-style:none;margin:0;padding:0}
article{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.9rem 1rem;margin:0 0 .8rem;overflow-wrap:anywhere}
.meta,.why,#status{color:var(--soft);font-size:.9rem;margin:.15rem 0}
.why{font-style:italic}
details p{white-space:pre-wrap;margin:.4rem 0}
.acts{display:flex;flex-wrap:wrap;align-items:center;gap:.4rem .6rem;margin-top:.6rem}
.token{display:flex;flex-wrap:wrap;gap:.5rem;align-items:end}.token label{flex:1 1 16rem}.token input{width:100%;display:block}
footer{color:var(--soft);font-size:.9rem;padding-bottom:2rem}
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;border-bottom:1px solid var(--line);padding:.4rem .6rem .4rem 0}
`;
