package dev.heed.inference.batching;

import dev.heed.inference.runtime.AdapterFile;
import dev.heed.inference.runtime.DecoderSession;
import dev.heed.inference.runtime.LoadedAdapter;
import java.lang.foreign.MemorySegment;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jboss.logging.Logger;

/**
 * Continuous batching: each step spends at most a set number of prompt tokens on one prefill chunk
 * after the other, then decodes every running sequence in one batch. Sequences join and leave at
 * any step. One thread owns the session; callers only hand in and cancel.
 */
public final class Scheduler implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(Scheduler.class);
  private static final double SMOOTHING = 0.2;

  private final DecoderSession session;
  private final EngineLimits limits;
  private final EngineObserver observer;
  private final Clock clock;
  private final WaitingLine line;
  private final SlotTable slots;
  private final Thread thread;
  private final float[] row;
  private final Draws draws;
  private final int[] nextTokens;
  private final int[] pasts;
  private MemorySegment logits = MemorySegment.NULL;
  private final Queue<LoadedAdapter> unused = new ConcurrentLinkedQueue<>();
  private Sequence prefilling;
  private volatile int runningNow;
  private volatile int usedSlots;
  private volatile long usedPositions;
  private volatile double secondsPerSequence;

  /** Takes the session over and closes it in the end. */
  public Scheduler(
      DecoderSession session, EngineLimits limits, EngineObserver observer, Clock clock) {
    if (session.slots() < limits.slots()) {
      throw new IllegalArgumentException("the session has fewer slots than the limits name");
    }
    this.session = session;
    this.limits = limits;
    this.observer = observer;
    this.clock = clock;
    line = new WaitingLine(limits.waiting());
    slots = new SlotTable(session, limits.retained() > 0);
    row = new float[session.config().vocabulary()];
    draws = new Draws(row.length);
    nextTokens = new int[session.slots()];
    pasts = new int[session.slots()];
    thread =
        Thread.ofPlatform()
            .name("decoder")
            .daemon(true)
            .stackSize(DecoderSession.STACK_BYTES)
            .unstarted(this::loop);
    thread.start();
  }

  /**
   * Hands in a request; the answer is immediate. Takes over the caller's hold of the adapter,
   * whatever the answer.
   */
  public Admission submit(Generation request) {
    Admission admission = judge(request);
    if (admission != Admission.ACCEPTED) {
      letGo(request);
    }
    return admission;
  }

  private Admission judge(Generation request) {
    if (request.prompt().length == 0
        || request.prompt().length + (long) request.maxTokens() > limits.positions()) {
      return Admission.PROMPT_TOO_LONG;
    }
    Instant now = clock.instant();
    if (!now.isBefore(request.deadline())) {
      return Admission.DEADLINE;
    }
    if (now.plus(expectedWait()).isAfter(request.deadline())) {
      return Admission.OVERLOADED;
    }
    return line.add(request);
  }

  /**
   * Loads an adapter, while others are served.
   *
   * @throws dev.heed.inference.runtime.ModelException when it cannot be used with this model
   */
  public LoadedAdapter load(String name, AdapterFile file) {
    return session.adapter(name, file);
  }

  /** Ends its owner's hold; it is freed when the last reply that it writes is done. */
  public void retire(LoadedAdapter adapter) {
    if (adapter.letGo()) {
      unused.add(adapter);
      line.nudge();
    }
  }

  private void letGo(Generation request) {
    request.adapter().ifPresent(this::retire);
  }

  /** Ends a request, waiting or running, in the next step; false when it is not known. */
  public boolean stop(String id, Finish finish) {
    return line.stop(id, finish);
  }

  /** How long a new request would wait, from the measured time of a sequence. */
  public Duration expectedWait() {
    int ahead = line.size() + runningNow + 1 - limits.running();
    double seconds = ahead <= 0 ? 0 : ahead * secondsPerSequence / limits.running();
    return Duration.ofMillis((long) (seconds * 1000));
  }

  /** Requests that wait. */
  public int waiting() {
    return line.size();
  }

  /** Sequences that are decoded. */
  public int running() {
    return runningNow;
  }

  /** Slots that a sequence holds, running or in prefill. */
  public int usedSlots() {
    return usedSlots;
  }

  /** Share of the running slots' positions that hold tokens, 0 to 1. */
  public double cacheUsage() {
    return usedPositions / ((double) limits.running() * limits.positions());
  }

  public EngineLimits limits() {
    return limits;
  }

  /** Whether the thread that decodes lives. */
  public boolean alive() {
    return thread.isAlive();
  }

  private void loop() {
    try (session) {
      while (busy() || line.awaitWork()) {
        step();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      LOG.errorf("the decoder stopped: %s", e.getClass().getName());
      line.close();
      line.stopAll(Finish.ERROR);
      throw e;
    }
  }

  private boolean busy() {
    return slots.running() > 0 || prefilling != null;
  }

  private void step() {
    for (LoadedAdapter gone = unused.poll(); gone != null; gone = unused.poll()) {
      slots.forget(gone);
      session.free(gone);
    }
    sweep();
    prefill();
    // Again, as a prompt's part takes longer than a step of decoding: who left need not wait both.
    sweep();
    decode();
    runningNow = slots.running();
    usedSlots = slots.used();
    usedPositions = slots.usedPositions();
  }

  private void sweep() {
    Instant now = clock.instant();
    for (Sequence sequence : line.removeStopped(now)) {
      end(sequence, sequence.stopBy);
    }
    if (prefilling != null && stopped(prefilling, now)) {
      end(prefilling, prefilling.stopBy);
      prefilling = null;
    }
    for (int i = slots.running() - 1; i >= 0; i--) {
      Sequence sequence = slots.row(i);
      if (stopped(sequence, now)) {
        end(sequence, sequence.stopBy);
      }
    }
  }

  private static boolean stopped(Sequence sequence, Instant now) {
    if (sequence.stopBy == null && sequence.request.deadline().isBefore(now)) {
      sequence.stopBy = Finish.DEADLINE;
    }
    return sequence.stopBy != null;
  }

  private void prefill() {
    int budget = limits.prefillTokens();
    while (budget > 0) {
      if (prefilling == null && !admit()) {
        return;
      }
      int count = Math.min(budget, prefilling.promptLeft());
      budget -= count;
      long start = System.nanoTime();
      Sequence sequence = prefilling;
      try {
        MemorySegment logits =
            session.prefill(
                sequence.request.adapter(),
                sequence.slot,
                sequence.cached,
                sequence.request.prompt(),
                sequence.cached,
                count);
        sequence.cached += count;
        observer.prefilled(count, since(start));
        if (sequence.promptLeft() == 0) {
          prefilling = null;
          begin(sequence, logits);
        }
      } catch (RuntimeException e) {
        LOG.errorf("a prefill of %d tokens failed: %s", (Object) count, e.getMessage());
        prefilling = null;
        end(sequence, Finish.ERROR);
      }
    }
  }

  private boolean admit() {
    if (slots.running() >= limits.running()) {
      return false;
    }
    Optional<Sequence> next = line.poll();
    next.ifPresent(
        sequence -> {
          prefilling = sequence;
          slots.assign(sequence);
          sequence.startedAt = System.nanoTime();
          observer.admitted(
              since(sequence.submitted), sequence.request.prompt().length, sequence.fromCache);
        });
    return next.isPresent();
  }

  private void begin(Sequence sequence, MemorySegment logits) {
    session.read(logits, 0, row);
    Optional<Finish> over = draw(sequence);
    observer.firstToken(since(sequence.submitted));
    if (over.isPresent()) {
      end(sequence, over.get());
    } else {
      slots.join(sequence);
    }
  }

  private void decode() {
    int batch = slots.running();
    if (batch == 0) {
      return;
    }
    long start = System.nanoTime();
    for (int i = 0; i < batch; i++) {
      Sequence sequence = slots.row(i);
      nextTokens[i] = sequence.tokens[sequence.cached];
      pasts[i] = sequence.cached;
    }
    List<Sequence> failed = new ArrayList<>();
    for (int first = 0; first < batch; first = slots.groupEnd(first)) {
      decode(first, slots.groupEnd(first), failed);
    }
    advance(batch, failed);
    observer.step(batch, since(start));
  }

  /** One run for the rows that the same weights write. */
  private void decode(int first, int end, List<Sequence> failed) {
    try {
      logits =
          session.decode(slots.row(first).request.adapter(), nextTokens, pasts, first, end - first);
    } catch (RuntimeException e) {
      LOG.errorf(
          "a decode step of %d sequences failed: %s", (Object) (end - first), e.getMessage());
      for (int i = first; i < end; i++) {
        failed.add(slots.row(i));
      }
    }
  }

  /** Backwards, so that a row that fills a gap was handled before. */
  private void advance(int batch, List<Sequence> failed) {
    for (int i = batch - 1; i >= 0; i--) {
      Sequence sequence = slots.row(i);
      if (failed.contains(sequence)) {
        end(sequence, Finish.ERROR);
        continue;
      }
      sequence.cached++;
      session.read(logits, i, row);
      long previous = sequence.lastTokenAt;
      Optional<Finish> over = draw(sequence);
      observer.nextToken(Duration.ofNanos(sequence.lastTokenAt - previous));
      over.ifPresent(finish -> end(sequence, finish));
    }
  }

  /** Draws a token from {@code row} and shows it; present when the sequence is over. */
  private Optional<Finish> draw(Sequence sequence) {
    Draws.Drawn drawn =
        draws.next(
            sequence.sampler, row, sequence.tokens, sequence.size, sequence.request.logprobs());
    int token = drawn.token();
    sequence.drawn++;
    sequence.lastTokenAt = System.nanoTime();
    if (session.config().endTokens().contains(token)) {
      return Optional.of(Finish.STOP);
    }
    sequence.tokens[sequence.size++] = token;
    try {
      TokenSink sink = sequence.request.sink();
      boolean goOn =
          drawn.odds().isPresent() ? sink.accept(token, drawn.odds().get()) : sink.accept(token);
      if (!goOn) {
        return Optional.of(Finish.STOP);
      }
    } catch (RuntimeException e) {
      LOG.errorf("a reply's consumer failed: %s", e.getClass().getName());
      return Optional.of(Finish.ERROR);
    }
    return sequence.drawn >= sequence.request.maxTokens()
        ? Optional.of(Finish.LENGTH)
        : Optional.empty();
  }

  private void end(Sequence sequence, Finish finish) {
    if (sequence.slot >= 0) {
      slots.leave(sequence);
      double seconds = since(sequence.startedAt).toNanos() / 1e9;
      secondsPerSequence += SMOOTHING * (seconds - secondsPerSequence);
    }
    usedSlots = slots.used();
    runningNow = slots.running();
    letGo(sequence.request);
    line.forget(sequence);
    try {
      sequence.request.sink().finished(finish, sequence.tally());
    } catch (RuntimeException e) {
      LOG.errorf("a reply's end was not taken: %s", e.getClass().getName());
    }
    observer.finished(finish, sequence.tally());
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  /**
   * Takes no more, hands over what waits, lets the running ones finish for a while, hands over the
   * rest, and frees everything.
   */
  public void drain(Duration grace) {
    line.close();
    try {
      if (!line.awaitEmpty(grace)) {
        line.stopAll(Finish.HANDED_OVER);
        line.awaitEmpty(Duration.ofSeconds(5));
      }
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    drain(Duration.ZERO);
  }
}
