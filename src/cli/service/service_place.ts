import type { ServicePlace } from "../../daemon/mod.ts";
import { cliText, Failure } from "../../i18n/mod.ts";
import { homeFolder } from "../../util/mod.ts";
import { type App, UsageFailure } from "../app.ts";
import type { DataDirOption } from "../load.ts";

/** The options that say which service is meant. */
export interface ServiceOption extends DataDirOption {
  readonly user?: boolean;
  readonly system?: boolean;
  readonly name?: string;
}

/** What a service manager takes for the name of a service on every system. */
const NAME = /^[A-Za-z0-9][\w.-]{0,63}$/;

/** What a service manager knows the service by. @throws {UsageFailure} when its name is none */
export function keyOf({ system, name }: ServiceOption) {
  if (name !== undefined && !NAME.test(name)) {
    throw new UsageFailure(cliText.badServiceName({ name }));
  }
  return { scope: system ? "system" : "user", ...(name !== undefined && { name }) } as const;
}

/** Whose services are meant, and where their files are. @throws {Failure} without a home folder */
export function placeOf(app: App): ServicePlace {
  const home = homeFolder(app.env);
  if (home === undefined) throw new Failure(cliText.noHome);
  const windows = Deno.build.os === "windows";
  return {
    home,
    configHome: app.env.XDG_CONFIG_HOME || undefined,
    uid: windows ? undefined : Deno.uid() ?? undefined,
    userName: windows ? windowsUser(app) : app.env.USER || app.env.LOGNAME || undefined,
  };
}

function windowsUser({ env }: App): string | undefined {
  if (!env.USERNAME) return undefined;
  return env.USERDOMAIN ? `${env.USERDOMAIN}\\${env.USERNAME}` : env.USERNAME;
}
