import type { ClassMapping } from '../../domain/classSpace.ts';
import type { StateAnswer } from '../../protocol/api.ts';
import type {
  ChoosableTable,
  FacesGlance,
  FolderCompletion,
  FolderInspection,
  InspectionRequest,
  OpenRequest,
  RecentFolder,
} from '../../protocol/opening.ts';
import { request, requestOfDataset } from './api.ts';

/** Requests of the Open screen. Each rejects with an ApiFailure. */
export const openingApi = {
  completeFolder: (typed: string) =>
    request<FolderCompletion>('GET', `/api/folders?path=${encodeURIComponent(typed)}`),
  recent: () => request<{ recent: RecentFolder[] }>('GET', '/api/recent'),
  forget: (folder: string) => request<{ recent: RecentFolder[] }>('POST', '/api/recent/forget', { folder }),
  inspect: (folder: InspectionRequest) => request<FolderInspection>('POST', '/api/inspections', folder),
  tables: (inspectionId: string) =>
    request<{ tables: ChoosableTable[] }>('GET', `/api/inspections/${inspectionId}/tables`),
  glanceAtFaces: (inspectionId: string) =>
    request<FacesGlance>('GET', `/api/inspections/${inspectionId}/faces`),
  openProject: (project: OpenRequest) => request<StateAnswer>('POST', '/api/project', project),
  mapClasses: (mapping: ClassMapping, numbering?: string) =>
    requestOfDataset<StateAnswer>('PUT', '/classes', {
      mapping,
      ...(numbering === undefined ? {} : { numbering }),
    }),
};

export const previewAddress = (inspectionId: string, place: number): string =>
  `/api/inspections/${inspectionId}/previews/${place}`;
