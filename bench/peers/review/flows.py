"""Eight sequential steps, each a `flow.Handle`: viewflow's lightest task, without form or assignment."""

from viewflow import this
from viewflow.workflow import flow
from viewflow.workflow.models import Process


def go(activation: object, **_: object) -> object:
    return activation


class ReviewFlow(flow.Flow):  # type: ignore[misc]  # viewflow is not where this is checked
    """The first step starts the case."""

    process_class = Process

    step1 = flow.StartHandle(go).Next(this.step2)
    step2 = flow.Handle(go).Next(this.step3)
    step3 = flow.Handle(go).Next(this.step4)
    step4 = flow.Handle(go).Next(this.step5)
    step5 = flow.Handle(go).Next(this.step6)
    step6 = flow.Handle(go).Next(this.step7)
    step7 = flow.Handle(go).Next(this.step8)
    step8 = flow.Handle(go).Next(this.end)
    end = flow.End()
