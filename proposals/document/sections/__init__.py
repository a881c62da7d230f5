"""The sections of a proposal: each a function from Content to blocks; without blocks, the section is not there.

Order and names: `proposals.document.composing`. Source of the fifteen sections: the cluster's own list for what a
collaboration proposal says (cover, words, need, market, options, team, plan, data, ethics, staffing, budget, calendar,
property, risks, next steps).
"""
