export { Installation, type FirstStart } from './installation.js';
export { InstallationModule } from './installation.module.js';
