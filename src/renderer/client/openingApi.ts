import type { ClassMapping } from '../../domain/classSpace.ts';
import type { ScanChoice } from '../../domain/model.ts';
import type { InspectionRequest, OpenRequest } from '../../protocol/opening.ts';
import { change, core, read, requestChange } from './ask.ts';

/** Requests of the Open screen. Each rejects with an ApiFailure. */
export const openingApi = {
  completeFolder: (path: string) => read(() => core.folders.$get({ query: { path } })),
  recent: () => read(() => core.recent.$get()),
  forget: (folder: string) => change(core.recent.forget.$post({ json: { folder } })),
  inspect: (folder: InspectionRequest) => change(core.inspections.$post({ json: folder })),
  tables: (id: string) => read(() => core.inspections[':id'].tables.$get({ param: { id } })),
  glanceAtFaces: (id: string) => read(() => core.inspections[':id'].faces.$get({ param: { id } })),
  pace: (id: string, scanChoice: ScanChoice) =>
    read(() => core.inspections[':id'].pace.$get({ param: { id }, query: scanChoice })),
  openProject: (project: OpenRequest) => change(core.project.$post({ json: project })),
  mapClasses: (mapping: ClassMapping, numbering?: string) =>
    requestChange((dataset) => dataset.classes.$put({ json: { mapping, numbering } })),
};

export const previewAddress = (inspectionId: string, place: number): string =>
  `/api/inspections/${inspectionId}/previews/${place}`;
