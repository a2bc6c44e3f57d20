/** Gives strings small numbers, in the order they first appear. The numbers are this process's own and never leave it. */
export class Names {
  private readonly numbers = new Map<string, number>();
  private readonly strings: string[] = [];

  get size(): number {
    return this.strings.length;
  }

  numberOf(name: string): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    const number = this.strings.length;
    this.numbers.set(name, number);
    this.strings.push(name);
    return number;
  }

  find(name: string): number | undefined {
    return this.numbers.get(name);
  }

  nameOf(number: number): string {
    return this.strings[number]!;
  }

  all(): readonly string[] {
    return this.strings;
  }
}
