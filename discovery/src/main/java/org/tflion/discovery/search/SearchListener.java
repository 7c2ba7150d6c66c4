package org.tflion.discovery.search;

/** Hears of a search while it runs, on the thread that runs it. */
@FunctionalInterface
public interface SearchListener {

  /** Hears nothing. */
  SearchListener NONE = progress -> {};

  /** Called after every thousand programs, after every better one, and about once a second. */
  void onProgress(SearchProgress progress);

  /** Asked all the time; once it says yes, the search ends without waiting for its evaluations. */
  default boolean stops() {
    return false;
  }
}
