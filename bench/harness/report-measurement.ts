/**
 * An expression for the page of a report, in the browser's JavaScript; gives a `ProbedPage`. Boxes of texts are shrunk by a pixel or two: letters that only touch are told apart.
 */
export const measurement = `(() => {
  const box = (text) => {
    const { left, right, top, bottom } = text.getBoundingClientRect();
    return { left: left + 1, right: right - 1, top: top + 2, bottom: bottom - 2 };
  };
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const shapes = ['symbol', 'line', 'area', 'rect', 'rule'].map((kind) => 'svg.plot .mark-' + kind + '.role-mark > :is(path, line)').join(', ');
  const plotOf = (figure) => {
    const svg = figure.querySelector('svg.plot');
    const frame = svg?.getBoundingClientRect();
    const scale = svg === null ? 1 : frame.width / svg.viewBox.baseVal.width;
    const texts = [...figure.querySelectorAll('svg.plot text')].filter((text) => text.textContent.trim() !== '');
    const boxes = texts.map(box);
    const isOut = (each) => each.left < frame.left || each.right > frame.right || each.top < frame.top || each.bottom > frame.bottom;
    return {
      name: figure.id,
      empty: figure.querySelector('.empty') !== null,
      marks: figure.querySelectorAll(shapes).length,
      texts: texts.length,
      smallest: Math.min(999, ...texts.map((text) => parseFloat(getComputedStyle(text).fontSize) * scale)),
      overlaps: boxes.flatMap((a, i) =>
        boxes.slice(i + 1).flatMap((b, j) => (meet(a, b) ? [texts[i].textContent + ' | ' + texts[i + 1 + j].textContent] : [])),
      ),
      cut: texts.filter((_, i) => isOut(boxes[i])).map((text) => text.textContent),
      titled: svg !== null && svg.querySelector(':scope > title') !== null && svg.querySelector(':scope > desc') !== null,
      rows: figure.querySelectorAll('table tbody tr').length,
    };
  };
  return {
    plots: [...document.querySelectorAll('figure')].map(plotOf),
    overflows: document.documentElement.scrollWidth > window.innerWidth,
  };
})()`;
