/** The target of `rel="next"` in a `Link` header, made absolute; null when there is none. */
export const nextLink = (header: string | null, base: URL): URL | null => {
  for (const part of (header ?? '').split(/,\s*(?=<)/)) {
    const [, target, parameters] = /^\s*<([^>]*)>(.*)$/s.exec(part) ?? [];
    if (
      target !== undefined &&
      /;\s*rel\s*=\s*"?([^"]*\s)?next(\s[^"]*)?"?\s*(;|$)/i.test(parameters ?? '') &&
      URL.canParse(target, base.href)
    )
      return new URL(target, base);
  }
  return null;
};
