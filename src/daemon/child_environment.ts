/**
 * The environment without the variables that decide what code a program loads: a runtime that may start
 * only some programs hands on none of them, and those programs need none.
 */
export function childEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(Deno.env.toObject()).filter(([name]) => !/^(LD|DYLD)_/.test(name)),
  );
}
