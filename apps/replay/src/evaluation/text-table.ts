const isNumber = /^[-+]?[\d.,]+(?: %)?$|^-$/;

/** Rows in columns of equal width, the first row being the heading: numbers to the right, texts to the left. */
export const textTable = (rows: readonly (readonly string[])[]): string => {
  const [, ...body] = rows;
  const columns = Math.max(0, ...rows.map(({ length }) => length));
  const widths = Array.from({ length: columns }, (_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const toRight = widths.map((_, column) =>
    body.every((cells) => cells[column] === undefined || cells[column] === '' || isNumber.test(cells[column])),
  );
  return rows
    .map((cells) =>
      cells
        .map((cell, column) => (toRight[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

/** Four digits behind the point, fewer for large numbers; `-` where there is none. */
export const inDigits = (value: number | null): string =>
  value === null || !Number.isFinite(value) ? '-' : value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 2 : 4);

export const signed = (value: number | null): string => (value === null ? '-' : `${value < 0 ? '-' : '+'}${inDigits(Math.abs(value))}`);
