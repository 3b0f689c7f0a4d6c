"""CodeBuild as the sandbox answers it: projects that can be updated, webhooks, credentials and report groups.

moto's own backend knows only a part of CreateProject, no UpdateProject, and deletes by name what clients delete by ARN.
https://docs.aws.amazon.com/codebuild/latest/APIReference/Welcome.html
"""
