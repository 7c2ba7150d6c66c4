package org.tflion.tpu.rpc;

import com.google.protobuf.Message;
import org.tflion.tpu.Require;

/**
 * A method of a service that takes one message and returns one.
 *
 * @param name service and method, such as {@code tensorflow.MasterService/ListDevices}
 * @param response an empty response, which says how to parse others
 * @param repeatable whether calling it twice does no harm, so that a lost call may be made again
 * @param <R> type of the response
 */
public record Method<R extends Message>(String name, R response, boolean repeatable) {

  public Method {
    Require.that(
        name.matches("[\\w.]+/\\w+"), "Method: write the name as package.Service/Method", name);
  }
}
