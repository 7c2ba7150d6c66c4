package org.tflion.cli;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Optional;

/**
 * Signals of the operating system, by the JDK's own class for them. It is not part of the Java
 * platform, so it is found by name; where it is missing, signals do what they do by default.
 */
final class Signals {

  /** Someone listens to a signal until this is closed. */
  interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  private Signals() {}

  /**
   * Runs an action whenever a signal comes, on a thread of its own.
   *
   * @param name without {@code SIG}
   * @return empty if this JVM or system does not let it be handled
   */
  static Optional<Registration> handle(String name, Runnable action) {
    try {
      Class<?> signals = Class.forName("sun.misc.Signal");
      Class<?> handlers = Class.forName("sun.misc.SignalHandler");
      Object handler =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handlers},
              (self, method, arguments) -> {
                if (method.getDeclaringClass() == Object.class) {
                  return method.invoke(action, arguments);
                }
                action.run();
                return null;
              });
      Object signal = signals.getConstructor(String.class).newInstance(name);
      Method handle = signals.getMethod("handle", signals, handlers);
      Object before = handle.invoke(null, signal, handler);
      return Optional.of(() -> restore(handle, signal, before));
    } catch (ReflectiveOperationException e) {
      return Optional.empty(); // Also where the system has no such signal, or the JVM keeps it.
    }
  }

  private static void restore(Method handle, Object signal, Object before) {
    try {
      handle.invoke(null, signal, before);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a handler that was set can be set again", e);
    }
  }
}
