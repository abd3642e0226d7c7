export {
  type BeforeDecoding,
  type DecodedImage,
  decodeImage,
  ImageProblem,
  readImageFile,
} from './decode.ts';
export { isPassingFileProblem, PASSING_FILE_PROBLEMS } from './fileProblems.ts';
export { type FramedImage, layInFrame } from './frame.ts';
export { greyOf } from './grey.ts';
export { perceptualHash, pixelsSha256 } from './hashes.ts';
export { openImage, wholeImage } from './imageSource.ts';
export { toModelInput } from './modelInput.ts';
export { measureQuality } from './quality.ts';
export {
  type RenderedImage,
  renderForBrowser,
  renderPhotograph,
  renderPixels,
  renderThumbnail,
  shorterSide,
  shownAsItIs,
} from './thumbnail.ts';
export { type ImageView, viewOf } from './view.ts';
