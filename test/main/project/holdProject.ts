import { ProjectFile } from '../../../src/main/project/index.ts';

// Opens the project named on its command line and holds it until it is killed.
const project = ProjectFile.openForWriting(process.argv[2] as string);
process.send?.('holding');
setInterval(() => project.path, 1000); // a project that nothing refers to would be collected, and so closed
