import { cliText, type Text, verbatim } from "../i18n/mod.ts";

/** What the library says of a command line, and how it is said here. */
const KNOWN: readonly (readonly [RegExp, (...found: string[]) => Text])[] = [
  [
    /^Unknown option "(.*?)"\.(?: Did you mean option "(.*?)"\?)?/,
    (option, near) => cliText.unknownOption({ option, ...nearness(option, near) }),
  ],
  [
    /^Unknown command "(.*?)"\.(?: Did you mean command "(.*?)"\?)?/,
    (command, near) => cliText.unknownCommand({ command, ...nearness(command, near) }),
  ],
  [/^Option "(.*?)" can only occur once/, (option) => cliText.optionTwice({ option })],
  [
    /^Option "(.*?)" doesn't take a value, but got "(.*)"\./,
    (option, value) => cliText.optionTakesNoValue({ option, value }),
  ],
  [/^Missing value for option "(.*?)"\./, (option) => cliText.optionValueMissing({ option })],
  [
    /^(?:Option|Argument) "(.*?)" must be of type "(.*?)", but got "(.*)"\./s,
    (option, type, value) =>
      type === "integer" || type === "number"
        ? cliText.optionNotANumber({ option, value })
        : cliText.optionBadValue({ option, value }),
  ],
  [
    /^Option "(.*?)" cannot be combined with other options\./,
    (option) => cliText.optionStandsAlone({ option }),
  ],
  [/^Missing required option "(.*?)"\./, (option) => cliText.optionMissing({ option })],
  [
    /^Option "(.*?)" conflicts with option "(.*?)"\./,
    (option, other) => cliText.optionsConflict({ option, other }),
  ],
  [
    /^Option "(.*?)" depends on option "(.*?)"\./,
    (option, other) => cliText.optionNeeds({ option, other }),
  ],
  [/^Missing argument(?:\(s\))?: (.*)/, (names) => cliText.argumentMissing({ names })],
  [/^Too many arguments: (.*)/s, (words) => cliText.tooManyArguments({ words })],
  [/^No arguments allowed for command "(.*?)"\./, (command) => cliText.noArguments({ command })],
];

/** What is wrong with a command line, in both languages; what is not known stays as it was said. */
export function wrongUse(message: string): Text {
  for (const [pattern, words] of KNOWN) {
    const found = pattern.exec(message);
    if (found) return words(...found.slice(1));
  }
  return verbatim(message);
}

/** The library names the nearest name however far it is; only one that was probably meant helps. */
function nearness(given: string, near: string | undefined): { readonly hint: Text } {
  const close = near !== undefined && distance(given, near) <= Math.max(1, near.length / 3);
  return { hint: close ? cliText.didYouMean({ name: near }) : verbatim("") };
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, change));
    }
    row = next;
  }
  return row[b.length];
}
