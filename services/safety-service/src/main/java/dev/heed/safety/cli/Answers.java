package dev.heed.safety.cli;

import java.io.BufferedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/**
 * Writes answers in the order of their questions as soon as they are there, beside the reading: a
 * program that waits for its answer before it asks on gets it. A bounded number is under way.
 */
final class Answers implements AutoCloseable {

  private static final int UNDER_WAY = 512;
  private static final int PROGRESS = 1000;
  private static final Future<String> END = CompletableFuture.completedFuture(null);

  private final BlockingQueue<Future<String>> waiting = new ArrayBlockingQueue<>(UNDER_WAY);
  private final PrintStream out =
      new PrintStream(new BufferedOutputStream(System.out, 1 << 16), false, StandardCharsets.UTF_8);
  private final Thread writer = Thread.ofPlatform().name("answers").start(this::write);
  private Throwable failure;
  private long written;

  /** Takes an answer that is to come; waits while too many are under way. */
  void add(Future<String> answer) throws InterruptedException {
    waiting.put(answer);
  }

  private void write() {
    try {
      while (true) {
        if (waiting.isEmpty()) {
          out.flush();
        }
        Future<String> next = waiting.take();
        if (next == END) {
          out.flush();
          return;
        }
        write(next);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(Future<String> answer) throws InterruptedException {
    try {
      String line = answer.get();
      if (failure == null) {
        out.print(line + "\n");
      }
    } catch (ExecutionException e) {
      failure = failure == null ? e.getCause() : failure;
    }
    if (++written % PROGRESS == 0) {
      System.err.println("heed classify: " + written + " done");
    }
  }

  /**
   * Waits until all is written.
   *
   * @return false when the output could not be written
   * @throws IllegalStateException when an answer failed
   */
  boolean finish() throws InterruptedException {
    waiting.put(END);
    writer.join();
    if (failure != null) {
      throw new IllegalStateException(
          "screening failed (" + failure.getClass().getSimpleName() + ")", failure);
    }
    return !out.checkError() && !System.out.checkError();
  }

  @Override
  public void close() {
    writer.interrupt();
  }
}
