# %% [markdown]
# # What messages did: a trial analysed from a package alone
#
# Open this file in Jupyter (jupytext) or VS Code as a notebook, or run it:
# `python docs/trial.py PACKAGE`. It needs `pip install 'kindstep[research]'` and nothing but a
# folder that `kindstep export` wrote.

# %%
import math
import sys
from pathlib import Path

import numpy as np

from coaching import effect
from research import trial

package = trial.Opened(Path(sys.argv[1]))
print(package.title)
made = package.manifest.rows["decisions"]
print(f"{package.manifest.participants} participants, {made:,} decisions")

# %% [markdown]
# ## The researcher's page again
#
# The same estimators on the same points: weighted and centred least squares (Boruvka et al.,
# 2018) over decisions that a draw decided. Every number is the page's, to rounding.

# %%
panel = trial.effect_panel(package)
for told in (panel.overall, *panel.by_occasion, *panel.by_week, *panel.by_feature):
    print(f"{told.name}: {told.says} from {told.points} decisions")
print(panel.habituation.says)
for other in panel.other_odds:
    print(f"{other.name}: {other.says}")

# %% [markdown]
# ## A question of one's own
#
# Whether a message adds less to somebody who has just been walking: the moderator is what was
# walked in the half hour before, in log steps.

# %%
points = effect.gather(trial.points(package))
moderators = np.column_stack([np.ones(len(points)), points.recent])
try:
    fit = effect.excursion(
        points.person,
        points.sent,
        points.probability,
        points.outcome,
        baseline=moderators,
        moderators=moderators,
    )
    more = fit.at([0.0, 1.0])
    print(f"a log step more before: {more.value:+.3f} ({more.low:+.3f} to {more.high:+.3f})")
except effect.TooLittle as little:
    print(f"not told: {little}")

# %% [markdown]
# ## The primary outcome
#
# Steps a day by arm and week, a linear mixed model of people by restricted maximum likelihood.
# Whether a difference of arms is an effect depends on how people came into them.

# %%
try:
    primary = trial.primary(package)
    for fixed in primary.fixed:
        value, low, high = fixed.effect.value, fixed.effect.low, fixed.effect.high
        print(f"{fixed.name}: {value:+.0f} ({low:+.0f} to {high:+.0f}), p {fixed.p_value:.3f}")
    share = primary.between_sd**2 / (primary.between_sd**2 + primary.within_sd**2)
    print(
        f"{primary.days} days of {primary.people} people, who make {share:.0%} of the variance"
    )
except effect.TooLittle as little:
    print(f"not told: {little}")

# %% [markdown]
# ## What a study of this size can find
#
# The smallest effect that four of five such studies would find at the 5 % level.

# %%
if panel.overall.effect is not None:
    smallest = (1.96 + 0.84) * panel.overall.effect.se
    print(f"{smallest:.2f} log steps, {100 * math.expm1(smallest):.0f} % more in the half hour")
