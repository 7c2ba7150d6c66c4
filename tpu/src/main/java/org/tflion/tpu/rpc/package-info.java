/**
 * Unary calls over gRPC: a method and a message flow in; a message or an {@link
 * org.tflion.tpu.rpc.RpcException} flows out. Types of gRPC itself stay inside.
 */
@NullMarked
package org.tflion.tpu.rpc;

import org.jspecify.annotations.NullMarked;
