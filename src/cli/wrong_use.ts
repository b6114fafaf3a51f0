import { cliText, type Text, verbatim } from "../i18n/mod.ts";
import { editDistance } from "../util/mod.ts";

/** What the library's sentences speak of; "" for what one does not. */
interface Spoken {
  readonly option: string;
  readonly other: string;
  readonly value: string;
  readonly command: string;
  readonly names: string;
  readonly words: string;
  readonly hint: Text;
}

const NOTHING = { option: "", other: "", value: "", command: "", names: "", words: "" };

/** The library's sentences, and what is said instead. */
const SENTENCES: readonly (readonly [string, (spoken: Spoken) => Text])[] = [
  ['Unknown option "{option}".', cliText.unknownOption],
  ['Unknown command "{command}".', cliText.unknownCommand],
  ['Option "{option}" can only occur once, but was found several times.', cliText.optionTwice],
  ['Option "{option}" doesn\'t take a value, but got "{value}".', cliText.optionTakesNoValue],
  ['Missing value for option "{option}".', cliText.optionValueMissing],
  ['Option "{option}" must be of type "integer", but got "{value}".', cliText.optionNotANumber],
  ['Option "{option}" must be of type "number", but got "{value}".', cliText.optionNotANumber],
  ['Option "{option}" cannot be combined with other options.', cliText.optionStandsAlone],
  ['Missing required option "{option}".', cliText.optionMissing],
  ['Option "{option}" conflicts with option "{other}".', cliText.optionsConflict],
  ['Option "{option}" depends on option "{other}".', cliText.optionNeeds],
  ["Missing argument: {names}", cliText.argumentMissing],
  ["Missing argument(s): {names}", cliText.argumentMissing],
  ["Too many arguments: {words}", cliText.tooManyArguments],
  ['No arguments allowed for command "{command}".', cliText.noArguments],
];

/**
 * What is wrong with a command line, in both languages; what is not known stays as it was said.
 *
 * It is read out of the words because nothing else tells: the library makes one `ValidationError` of every
 * error of its parser, with its message and the command alone, and exports no other class.
 */
export function wrongUse(message: string): Text {
  const [, said = "", nearest] = /^(.*?)(?: Did you mean \w+ "(.*?)"\?)?$/s.exec(message) ?? [];
  for (const [sentence, words] of SENTENCES) {
    const pattern = sentence.replaceAll(/[.()]/g, "\\$&").replaceAll(/\{(\w+)\}/g, "(?<$1>.*?)");
    const found = new RegExp(`^${pattern}$`, "s").exec(said)?.groups;
    if (!found) continue;
    const spoken = { ...NOTHING, ...found };
    return words({ ...spoken, hint: hintAt(nearest, spoken.option || spoken.command) });
  }
  return verbatim(message);
}

/** The library names the nearest name however far it is; only one that was probably meant helps. */
function hintAt(near: string | undefined, given: string): Text {
  const close = near !== undefined && editDistance(given, near) <= Math.max(1, near.length / 3);
  return close ? cliText.didYouMean({ name: near }) : verbatim("");
}
