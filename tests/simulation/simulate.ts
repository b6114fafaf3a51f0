import "./install.ts";
