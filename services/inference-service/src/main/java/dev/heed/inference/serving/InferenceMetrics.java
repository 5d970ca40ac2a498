package dev.heed.inference.serving;

import dev.heed.inference.batching.Admission;
import dev.heed.inference.batching.EngineObserver;
import dev.heed.inference.batching.Finish;
import dev.heed.inference.batching.Scheduler;
import dev.heed.inference.batching.TokenSink;
import dev.heed.inference.releases.Adapters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * Every meter of inference-service, under the names that operators know from vLLM. Label values
 * come from closed sets.
 */
@Singleton
public class InferenceMetrics implements EngineObserver {

  private static final String PREFIX = "heed_inference_";
  private static final int[] MILLIS = {
    1, 2, 5, 10, 20, 40, 80, 160, 320, 640, 1_250, 2_500, 5_000, 10_000, 30_000
  };

  private final MeterRegistry registry;
  private final Timer firstToken;
  private final Timer interToken;
  private final Timer queue;
  private final Timer step;
  private final Timer prefill;
  private final Counter promptTokens;
  private final Counter generatedTokens;
  private final Counter cacheQueries;
  private final Counter cacheHits;
  private final Counter deadLetters;
  private final Counter preemptions;
  private final Map<Finish, Counter> finishes = new EnumMap<>(Finish.class);
  private final Map<Admission, Counter> refusals = new EnumMap<>(Admission.class);

  InferenceMetrics(MeterRegistry registry) {
    this.registry = registry;
    firstToken = timer("time_to_first_token", "From submission to the first token");
    interToken = timer("inter_token_latency", "Between two tokens of one reply");
    queue = timer("request_queue_time", "From submission to the start of the prefill");
    step = timer("decode_step", "One token of every running sequence");
    prefill = timer("prefill_chunk", "One chunk of a prompt");
    promptTokens = counter("prompt_tokens", "Prompt tokens taken");
    generatedTokens = counter("generation_tokens", "Tokens drawn");
    cacheQueries = counter("prefix_cache_queries", "Prompt tokens looked up in the prefix cache");
    cacheHits = counter("prefix_cache_hits", "Prompt tokens that the prefix cache held");
    deadLetters = counter("dead_letters", "Records that could not be processed");
    preemptions = counter("num_preemptions", "Begun replies that lost their slot: handed over");
    for (Finish finish : Finish.values()) {
      finishes.put(finish, labelled("request_success", "finished_reason", finish));
    }
    for (Admission refusal : Admission.values()) {
      if (refusal != Admission.ACCEPTED) {
        refusals.put(refusal, labelled("refused", "reason", refusal));
      }
    }
  }

  private Counter labelled(String name, String label, Enum<?> value) {
    return registry.counter(PREFIX + name, label, value.name().toLowerCase(Locale.ROOT));
  }

  private Timer timer(String name, String description) {
    return Timer.builder(PREFIX + name)
        .description(description)
        .serviceLevelObjectives(
            Arrays.stream(MILLIS).mapToObj(Duration::ofMillis).toArray(Duration[]::new))
        .register(registry);
  }

  private Counter counter(String name, String description) {
    return Counter.builder(PREFIX + name).description(description).register(registry);
  }

  /** Watches a scheduler's queue, batch and cache. */
  void watch(Scheduler scheduler) {
    registry.gauge(PREFIX + "num_requests_running", scheduler, Scheduler::running);
    registry.gauge(PREFIX + "num_requests_waiting", scheduler, Scheduler::waiting);
    registry.gauge(PREFIX + "kv_cache_usage_perc", scheduler, Scheduler::cacheUsage);
  }

  /** Watches the adapters that are loaded. */
  void watch(Adapters adapters) {
    registry.gauge(PREFIX + "adapters_loaded", adapters, Adapters::size);
  }

  /**
   * A release was met.
   *
   * @param outcome applied, withdrawn, or a stable code of why it is not used
   */
  void release(String outcome) {
    registry.counter(PREFIX + "releases", "outcome", outcome).increment();
  }

  void refused(Admission admission) {
    refusals.get(admission).increment();
  }

  void deadLetter() {
    deadLetters.increment();
  }

  @Override
  public void admitted(Duration queued, int promptTokens, int cachedTokens) {
    queue.record(queued);
    this.promptTokens.increment(promptTokens);
    cacheQueries.increment(promptTokens);
    cacheHits.increment(cachedTokens);
  }

  @Override
  public void firstToken(Duration sinceSubmission) {
    firstToken.record(sinceSubmission);
  }

  @Override
  public void nextToken(Duration sincePrevious) {
    interToken.record(sincePrevious);
  }

  @Override
  public void step(int batch, Duration took) {
    step.record(took);
  }

  @Override
  public void prefilled(int tokens, Duration took) {
    prefill.record(took);
  }

  @Override
  public void finished(Finish finish, TokenSink.Tally tally) {
    finishes.get(finish).increment();
    generatedTokens.increment(tally.completionTokens());
    if (finish == Finish.HANDED_OVER && tally.completionTokens() > 0) {
      preemptions.increment();
    }
  }
}
