export { isBrokenOff, prepareDataFolder, START_CHECK_PREFIX } from "./prepare_data_folder.ts";
