package org.tflion.train.data.prepare;

/** Hears how far work on files has come, on the thread that asked for it. */
public interface PrepareListener {

  /** So many bytes of the input are done. */
  void onProgress(long bytes);

  /** Asked now and then: whether to stop before the end. */
  default boolean stops() {
    return false;
  }
}
