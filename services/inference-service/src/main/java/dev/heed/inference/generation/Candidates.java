package dev.heed.inference.generation;

import dev.heed.inference.batching.Admission;
import dev.heed.inference.batching.Finish;
import dev.heed.inference.batching.TokenSink.Tally;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.ToIntFunction;

/**
 * Several sampled replies to one prompt, of which the best is told. They share one prefill. When
 * the reply is cancelled, or its deadline passes, all of them end.
 */
public final class Candidates {

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final ChatEngine engine;
  private final String id;
  private final ToIntFunction<List<String>> choice;
  private final Executor chooser;
  private final ReplyListener listener;
  private final List<Candidate> all = new ArrayList<>();
  private int open;
  private boolean told;

  private Candidates(
      ChatEngine engine,
      String id,
      ToIntFunction<List<String>> choice,
      Executor chooser,
      ReplyListener listener) {
    this.engine = engine;
    this.id = id;
    this.choice = choice;
    this.chooser = chooser;
    this.listener = listener;
  }

  /**
   * Hands in a request for several candidates. The one with the request's own id counts: its answer
   * is returned, and whoever stops it stops all.
   *
   * @param number how many, the request's own among them
   * @param choice the index of the best of some texts; called by the executor
   * @param listener hears the chosen one as if it alone had been written
   */
  public static Admission submit(
      ChatEngine engine,
      ReplyRequest request,
      int number,
      ToIntFunction<List<String>> choice,
      Executor chooser,
      ReplyListener listener) {
    return new Candidates(engine, request.id(), choice, chooser, listener).start(request, number);
  }

  private Admission start(ReplyRequest request, int number) {
    Candidate first = new Candidate();
    synchronized (this) {
      all.add(first);
      open = 1;
    }
    // The others wait for the first one's answer: a hold of the adapter goes with each.
    var adapter = request.adapter();
    int further = 0;
    while (further < number - 1 && adapter.map(a -> a.hold()).orElse(true)) {
      further++;
    }
    synchronized (this) {
      open += further;
    }
    Admission admission = engine.submit(request, first);
    for (int i = 1; i <= further; i++) {
      if (admission != Admission.ACCEPTED) {
        adapter.ifPresent(engine.scheduler()::retire);
        continue;
      }
      Candidate candidate = new Candidate();
      synchronized (this) {
        all.add(candidate);
      }
      var sampling = request.sampling().withSeed(request.sampling().seed() + i * GOLDEN);
      if (engine.submit(request.named(id + "#" + i, sampling), candidate) != Admission.ACCEPTED) {
        over(candidate, Finish.ERROR);
      } else if (isTold()) {
        engine.scheduler().stop(id + "#" + i, Finish.CANCELLED);
      }
    }
    return admission;
  }

  private synchronized boolean isTold() {
    return told;
  }

  private void over(Candidate candidate, Finish finish) {
    boolean lost;
    int further;
    synchronized (this) {
      candidate.finish = finish;
      open--;
      lost = candidate == all.getFirst() && !candidate.complete();
      if (told || (open > 0 && !lost)) {
        return;
      }
      told = true;
      further = all.size();
    }
    if (lost) {
      for (int i = 1; i < further; i++) {
        engine.scheduler().stop(id + "#" + i, finish);
      }
      candidate.tell();
    } else {
      chooser.execute(this::choose);
    }
  }

  private void choose() {
    List<Candidate> complete;
    synchronized (this) {
      complete = all.stream().filter(Candidate::complete).toList();
    }
    Candidate best = all.getFirst();
    if (complete.size() > 1) {
      best =
          complete.get(choice.applyAsInt(complete.stream().map(c -> c.whole.toString()).toList()));
    } else if (complete.size() == 1) {
      best = complete.getFirst();
    }
    best.tell();
  }

  /** Keeps what one of them says, to tell it later. */
  private final class Candidate implements ReplyListener {

    private record Piece(String text, int tokens, List<TokenChance> chances) {}

    private final StringBuilder whole = new StringBuilder();
    private final List<Piece> pieces = new ArrayList<>();
    private List<TokenChance> chances = new ArrayList<>();
    private Finish finish;
    private Tally tally = new Tally(0, 0, 0);

    @Override
    public void chance(TokenChance chance) {
      chances.add(chance);
    }

    @Override
    public void text(String text, int completionTokens) {
      whole.append(text);
      pieces.add(new Piece(text, completionTokens, chances));
      chances = new ArrayList<>();
    }

    @Override
    public void finished(Finish how, Tally counted) {
      tally = counted;
      over(this, how);
    }

    private boolean complete() {
      return finish == Finish.STOP || finish == Finish.LENGTH;
    }

    private void tell() {
      for (Piece piece : pieces) {
        piece.chances().forEach(listener::chance);
        listener.text(piece.text(), piece.tokens());
      }
      listener.finished(finish, tally);
    }
  }
}
