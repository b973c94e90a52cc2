"""SkillHub: skill competitions, results, awards, certificates, qualifications and incentives."""
