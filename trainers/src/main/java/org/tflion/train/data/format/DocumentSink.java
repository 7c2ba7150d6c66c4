package org.tflion.train.data.format;

import java.util.List;

/** Receives documents in their order, each as parts of text or as tokens, and its end. */
public interface DocumentSink {

  /** The next part of the present document; no half surrogate pairs. */
  void text(String part);

  /** Tokens of the present document that the file itself holds. */
  void tokens(List<Long> part);

  /** The present document is over. */
  void end();
}
