export { prepareDataFolder } from "./prepare_data_folder.ts";
