package dev.heed.feedback.http;

import dev.heed.feedback.metrics.FeedbackMeters;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns every failure of a request into a problem document. */
class ProblemMapper {

  private static final Logger LOG = Logger.getLogger(ProblemMapper.class);
  private static final int INTERNAL = 500;

  private final FeedbackMeters meters;

  ProblemMapper(FeedbackMeters meters) {
    this.meters = meters;
  }

  @ServerExceptionMapper
  Response problem(Problem problem) {
    meters.rejected(problem.slug());
    return problem.response();
  }

  @ServerExceptionMapper
  Response refusedByJaxRs(WebApplicationException e) {
    return problem(Problem.ofStatus(e.getResponse().getStatus()));
  }

  @ServerExceptionMapper
  Response unexpected(RuntimeException e) {
    // The message may hold what a person wrote: the type and place must do.
    StackTraceElement[] trace = e.getStackTrace();
    LOG.errorf("%s at %s", e.getClass().getName(), trace.length == 0 ? "?" : trace[0]);
    return problem(Problem.ofStatus(INTERNAL));
  }
}
