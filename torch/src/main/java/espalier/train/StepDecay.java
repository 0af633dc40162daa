package espalier.train;

import espalier.config.Key;
import espalier.config.Method;
import java.util.List;

/** The learning rate falls at certain points of the run; by ten at half and three quarters of it by default, as residual networks were trained. */
@Method(
        key = "step",
        summary = "falls by a factor at certain points of the run",
        paper = "He, Zhang, Ren, Sun: Deep Residual Learning for Image Recognition, 2015, arXiv:1512.03385")
public record StepDecay(
        @Key("the points, as shares of the run") List<Double> milestones,

        @Key("the learning rate is multiplied by it at each")
        double factor)
        implements Schedule {
    public StepDecay() {
        this(List.of(0.5, 0.75), 0.1);
    }

    public StepDecay {
        milestones = List.copyOf(milestones);
        milestones.forEach(m -> Checks.share("milestones", m));
        Checks.positive("factor", factor);
        Checks.share("factor", factor);
    }

    @Override
    public double at(long step, long steps) {
        long passed =
                milestones.stream().filter(m -> step >= Math.round(m * steps)).count();
        return Math.pow(factor, passed);
    }
}
