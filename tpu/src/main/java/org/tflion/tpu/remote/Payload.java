package org.tflion.tpu.remote;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import java.util.List;

/** Messages that travel as bytes inside other messages. */
final class Payload {

  private Payload() {}

  /**
   * Parses one message.
   *
   * @throws IllegalStateException if the server sent something else
   */
  static <M extends Message> M parse(Parser<M> parser, ByteString bytes) {
    try {
      return parser.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("RemoteSession: the server must send valid messages", e);
    }
  }

  static <M extends Message> List<M> parseAll(Parser<M> parser, List<ByteString> payloads) {
    return payloads.stream().map(bytes -> parse(parser, bytes)).toList();
  }
}
