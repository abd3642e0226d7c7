"""The landmark teacher: MediaPipe's face mesh marks the faces that the landmark stream learns from.

Runs in an environment of its own (requirements-teacher.txt), because mediapipe wants an older numpy than the rest.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from .fer import FACE, read_split

# The 468-point mesh's vertices nearest to the 68 points usual for faces.
JAW = (162, 234, 93, 58, 172, 136, 149, 148, 152, 377, 378, 365, 397, 288, 323, 454, 389)
BROWS = (71, 63, 105, 66, 107, 336, 296, 334, 293, 301)
NOSE = (168, 197, 5, 4, 75, 97, 2, 326, 305)
EYES = (33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380)
MOUTH = (61, 39, 37, 0, 267, 269, 291, 405, 314, 17, 84, 181, 78, 82, 13, 312, 308, 317, 14, 87)
POINTS = JAW + BROWS + NOSE + EYES + MOUTH
EYE_CORNERS = (36, 45)
"""Outer corners of both eyes among POINTS; their distance is the unit of landmark errors."""

_ENLARGED, _MARGIN = 192, 48


def mark_faces(faces: np.ndarray) -> np.ndarray:
    """uint8 [N, 48, 48] -> float32 [N, 68, 2], x and y as shares of the image (0..1); NaN where no face was found."""
    import mediapipe

    mesh = mediapipe.solutions.face_mesh.FaceMesh(
        static_image_mode=True, max_num_faces=1, refine_landmarks=False, min_detection_confidence=0.3
    )
    points = np.full((len(faces), len(POINTS), 2), np.nan, np.float32)
    for i, face in enumerate(faces):
        large = np.asarray(Image.fromarray(face).convert("RGB").resize((_ENLARGED, _ENLARGED), Image.Resampling.BICUBIC))
        # The detector wants some surroundings; FER's crops are tight.
        padded = np.pad(large, ((_MARGIN, _MARGIN), (_MARGIN, _MARGIN), (0, 0)), mode="edge")
        found = mesh.process(padded).multi_face_landmarks
        if found:
            marks = found[0].landmark
            side = _ENLARGED + 2 * _MARGIN
            points[i] = [((marks[p].x * side - _MARGIN) / _ENLARGED, (marks[p].y * side - _MARGIN) / _ENLARGED) for p in POINTS]
        if i % 2000 == 0:
            print(f"{i} of {len(faces)} faces marked", flush=True)
    return points


def write_marks(folder: Path, out: Path) -> None:
    """Marks the roles train and dev of the FER data in `folder`; writes an .npz with one array per role."""
    marks = {role: mark_faces(read_split(folder, role).faces) for role in ("dev", "train")}
    for role, points in marks.items():
        found = ~np.isnan(points[:, 0, 0])
        print(f"{role}: {found.sum()} of {len(points)} faces of {FACE} px found")
    np.savez(out, **marks)
