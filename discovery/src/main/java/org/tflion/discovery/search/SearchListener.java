package org.tflion.discovery.search;

/** Hears of a search while it runs, on the thread that runs it. */
@FunctionalInterface
public interface SearchListener {

  /** Hears nothing. */
  SearchListener NONE = progress -> {};

  /** Called after every thousand programs and after every better one. */
  void onProgress(SearchProgress progress);
}
